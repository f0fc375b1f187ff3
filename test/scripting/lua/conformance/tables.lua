-- tables
local t = {1,2,3,nil,5}
print(#t) t={1,2,nil}
print(#t) t={nil}
print(#t) t={nil,nil,3}
print(#t) t={1,nil,3,nil}
print(#t) t={n=1}
print(#t)
t={}
for i=1,10 do t[i]=i end t[10]=nil
print(#t) t[5]=nil
print(t[9],t[5]) t[11]=1
t={10,20,30} table.insert(t,40) table.insert(t,1,5) table.insert(t,3,15)
print(table.concat(t,","))
print(table.remove(t))
print(table.remove(t,1))
print(table.remove(t,2))
print(table.concat(t,","))
print(table.remove({}))
print(table.remove({},1))
print(select('#',table.remove({})))
print(select('#', table.remove({1},5)))
t={} table.insert(t,5,"x")
print(t[5],#t) t={1,2,3} table.insert(t,5,"x")
print(t[4])
print(t[5])
print(table.concat({}))
print(table.concat({1,2,3}))
print(table.concat({1,2,3},", "))
print(table.concat({1,2,3},",",2))
print(table.concat({1,2,3},",",2,3))
print(table.concat({1,2,3},",",3,2))
print(table.concat({"a",1.5,2}))
print(pcall(table.concat,{1,2},",",1,3))
print(table.maxn({1,2,[10]=1,[3.5]=1}))
print(table.maxn({}))
print(table.getn({1,2}))
print(pcall(table.setn,{},1))
table.foreach({1,2,a=3},function(k,v)
print(k,v) end)
print(table.foreach({1,2},function(k,v) return v end)) table.foreachi({1,2},print)
t={5,2,8,1,9,3} table.sort(t)
print(table.concat(t," ")) table.sort(t,function(a,b) return a>b end)
print(table.concat(t," ")) t={"b","a","C"} table.sort(t)
print(table.concat(t," "))
local recs={}
for i=1,50 do recs[i]={k=(i*7)%5,i=i} end table.sort(recs,function(a,b) return a.k<b.k end)
local o={}
for i,r in ipairs(recs) do o[i]=r.k..":"..r.i end
print(table.concat(o," "))
local r={}
for i=1,200 do r[i]=(i*7919)%101 end table.sort(r)
local ok=true
for i=2,200 do if r[i-1]>r[i] then ok=false end end
print(ok)
print(next({}))
print(next({1}))
print(next({a=1}))
print(rawget({a=1},"a"))
print(rawequal(t,t))
print(rawequal("a","a"))
print(pcall(rawequal,1))
t={1,2,3,x=1}
for k,v in pairs(t) do io=print(k,v) end
for k in pairs(t) do t[k]=nil end
print(next(t)) 
t={}
for i=1,100 do t["k"..i]=i end
local n=0
for k,v in pairs(t) do n=n+v t[k]=nil end
print(n)
print(next(t))
t={1,2,3,4}
for i,v in ipairs(t) do t[i]=nil io=v end
print(#t)
t={}
for i=10,1,-1 do t[i]=i end
print(#t)
print(t[1])
print(t[10])
for i,v in ipairs({1,2,nil,4}) do io=i end
print(io)
t={} t[1.5]=1 t[-1]=2 t[0]=3 t["1"]=4 t[true]=5 t[1]=6
print(t[1.5])
print(t[-1])
print(t[0])
print(t["1"])
print(t[true])
print(t[1])
print(#t)
t={[1]="a","b",[2]="c"}
print(t[1],t[2]) t={"x",k="y","z",[3]="w"}
print(t[1])
print(t[2])
print(t[3])
print(t.k)
local function f(...) return ... end
t={f(1,2),f(1,2)}
print(#t) t={f(1,2),(f(1,2))}
print(#t) t={f()}
print(#t) t={(f())}
print(#t) t={f(),f()}
print(#t)
print(t[1])
print(f())
print(1)
print((f()))
print(f(1,2))
print(f(3,4))
print(#{f(nil,nil)})
print(select('#',f(nil,nil)))
print(select('#',f()))
print(select('#',(f())))
