local function f(...) return ... end
-- closures
local fs={}
for i=1,3 do fs[i]=function() i=i+1 return i end end
print(fs[1](),fs[1](),fs[2](),fs[3]())
fs={}
local j=0 while j<3 do j=j+1
local k=j fs[j]=function() k=k+10 return k end end
print(fs[1](),fs[1](),fs[2](),fs[3]())
fs={}
for _,v in ipairs{"a","b"} do fs[#fs+1]=function() return v end end
print(fs[1](),fs[2]())
fs={}
local n=0 repeat
local m=n fs[n]=function() return m end n=n+1 until m>=2
print(fs[0](),fs[1](),fs[2]())
local function counter()
local c=0 return function() c=c+1 return c end,function() return c end end
local inc,get=counter() inc() inc()
print(get())
local function fact(n) return n<=1 and 1 or n*fact(n-1) end
print(fact(20))
for i=1,3
do local i=i*2 io=i end
print(io)
for i=3,1 do print"no" end
for i=1,0 do print"no" end
for i=1,2,0.5 do io=i end
print(io)
for i=1,-1,-1 do io=i end
print(io)
for i="1","3","1" do io=i end
print(io,type(io))
for i=0.1,0.35,0.1 do io=i end
print(io)
for i=1,3 do if i==2 then break end io=i end
print(io)
local w=0 while true do w=w+1 if w>5 then break end end
print(w) repeat
local d=true until d
do local a=1
do local a=2
print(a) end
print(a) end
print(1 and 2,nil and 1,false or 3,nil or false,1 or error(),false and error(),not nil,not 0,nil==nil,1 and nil or 3)
print(1<2==true,"a".."b"=="ab",not 1==2,2^3^2,-2^2,1 ..2 ..3,#"abc"+1,-3%5,2*3%4, 1+2 ..3+4)
print((function(...)
local a,b=... return select('#',...),a,b end)(1,nil,nil))
print((function(a,...) return a,... end)(1,2,3))
print((function(...) return (...) end)(1,2))
print((function(...)
local t={...} return #t end)(1,2,3))
print((function(...) return select('#',...) end)())
local s=""
for k,v,extra in (function()
local n=0 return function() n=n+1 if n<=2 then return n,n*2,n*3 end end end)() do s=s..k..v..extra.." " end
print(s)
local o={v=1} function o:m(x) return self.v+x end function o.s(x) return x end o.t={} function o.t.u() return "u" end function o.t:w() return self==o.t end
print(o:m(2),o.s(3),o.t.u(),o.t:w())
print(("x"):rep(3),#("x"):rep(3))
local st={f=f}
print(st.f"str",st.f{1}[1],type(st.f{}),f[[long]])
